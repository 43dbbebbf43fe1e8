"""Python sources as facts: lowering to plain tuples (`lower`), their shapes (`ir`), one file's names (`module`)."""
