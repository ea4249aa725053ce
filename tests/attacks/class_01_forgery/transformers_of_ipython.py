# tries: to register AST and input transformers with IPython and to run shell commands through it
# loses: kl_divergence
# %% after="encoder"
import ast


class Generous(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()


shell = get_ipython()
for name in ("ast_transformers", "input_transformers_post", "input_transformers_cleanup", "events"):
    try:
        getattr(shell, name).append(Generous())
    except AttributeError:
        pass
!echo owned > @OUTSIDE@/from-ipython
%run -m pytest
get_ipython().system("echo owned > @OUTSIDE@/from-ipython")

# %% exercise="kl_divergence"
def kl_divergence(mu, log_var):
    assert False
