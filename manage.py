#!/usr/bin/env python
"""Django's own commands (makemigrations, migrate, shell) for developers."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuncha.django_settings")
execute_from_command_line(sys.argv)
