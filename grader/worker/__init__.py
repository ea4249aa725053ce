"""Running a submission: the trusted side (`client`), the warm parent (`zygote`) and the confined worker (`servant`)."""
