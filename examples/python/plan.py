"""Prints the plan of a mentor's next meeting: python plan.py RECORD TODAY"""

import sys

import ectp

try:
    print(ectp.plan(sys.argv[1], sys.argv[2]).text, end="")
except ectp.Error as error:
    sys.exit(str(error))
