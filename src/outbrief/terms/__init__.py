"""The language: values and pure rules. No framework, no input or output."""
