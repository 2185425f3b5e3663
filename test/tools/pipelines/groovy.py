"""Parses a Groovy file with a real grammar; prints a line for each place that is no Groovy, and the stages of a declarative pipeline."""
import json
import sys

import dekobon_tree_sitter_groovy as groovy
import tree_sitter

tree = tree_sitter.Parser(tree_sitter.Language(groovy.language())).parse(open(sys.argv[1], "rb").read())


def nodes(node):
    yield node
    for child in node.children:
        yield from nodes(child)


faults = [f"line {node.start_point[0] + 1}: {node.text.decode()[:80]}" for node in nodes(tree.root_node) if node.type == "ERROR" or node.is_missing]
print(json.dumps({"faults": faults, "kind": tree.root_node.children[-1].type, "kinds": sorted({node.type for node in tree.root_node.children})}))
