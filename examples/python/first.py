import ectp

plan = ectp.plan("examples/records/close-to-extend.json", "2025-11-24")
path = plan.path
print("focus:", f"{plan.focus['statement']}, {plan.focus['says']}")
if path:
    print("path: ", path["recommended"], "in", path["standard"])
    print("rule: ", f"{path['why']['rule']}, {path['says']}")
