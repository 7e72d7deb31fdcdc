OUTPUTS=("run",)
def version(name): return name
def output_schema(name): return {}
