"""The OpenAPI document as plain data: one module for each noun, `document` puts them together."""
