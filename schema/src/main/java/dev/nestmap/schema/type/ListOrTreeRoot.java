/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * The head of a linked list or the root of a red-black tree, with the type of its elements.
 *
 * @param root {@link ManagedFieldType#LIST_HEAD} or {@link ManagedFieldType#RB_ROOT}
 * @param contains the tag of the struct of its elements
 * @param node the field that links the elements
 */
public record ListOrTreeRoot(ManagedFieldType root, String contains, String node) implements CType {
    /** Rejects a root of another type. */
    public ListOrTreeRoot {
        if (root != ManagedFieldType.LIST_HEAD && root != ManagedFieldType.RB_ROOT) {
            throw new IllegalArgumentException(root.spelling() + " has no elements");
        }
    }

    /** The declaration tag from which the kernel learns the type of the elements. */
    public String declarationTag() {
        return "contains:" + contains + ":" + node;
    }

    @Override
    public boolean isManaged() {
        return true;
    }

    @Override
    public long size() {
        return root.size();
    }

    @Override
    public int alignment() {
        return root.alignment();
    }

    @Override
    public String spelling() {
        return root.spelling() + " of struct " + contains + " (linked by " + node + ")";
    }

    @Override
    public String declare(String name) {
        return root.declare(name) + " __attribute__((btf_decl_tag(\"" + declarationTag() + "\")))";
    }
}
