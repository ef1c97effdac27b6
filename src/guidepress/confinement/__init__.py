"""A build of what strangers wrote, confined by the Linux kernel: `guidepress build --untrusted`; docs/security.md."""
