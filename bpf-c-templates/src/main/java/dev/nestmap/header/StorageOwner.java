/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapKind;
import java.util.Locale;
import java.util.Optional;

/** The kind of kernel object that owns an entry of a local storage. Programs pass a pointer to the owner instead of a key. */
enum StorageOwner {
    SK("void *", "socket"),
    INODE("void *", "inode"),
    TASK("struct task_struct *", "task"),
    CGRP("struct cgroup *", "cgroup");

    private final String pointer;
    private final String noun;

    StorageOwner(String pointer, String noun) {
        this.pointer = pointer;
        this.noun = noun;
    }

    /** The owner of the entries of such a map, or empty if the map has keys. */
    static Optional<StorageOwner> of(MapKind kind) {
        return switch (kind) {
            case SK_STORAGE -> Optional.of(SK);
            case INODE_STORAGE -> Optional.of(INODE);
            case TASK_STORAGE -> Optional.of(TASK);
            case CGRP_STORAGE -> Optional.of(CGRP);
            default -> Optional.empty();
        };
    }

    /** The name of a parameter for the owner. */
    String noun() {
        return noun;
    }

    /** The declaration of a parameter for the owner, with the type that {@code bpf/bpf_helpers.h} uses. */
    String declare(String name) {
        return pointer + name;
    }

    /** The prefix of the kernel's helpers: {@code bpf_sk_storage}. */
    String helpers() {
        return "bpf_" + name().toLowerCase(Locale.ROOT) + "_storage";
    }
}
