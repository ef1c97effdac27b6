"""The companion of editors: a language server over the guide's own checks, models and blocks (`guidepress lsp`)."""
