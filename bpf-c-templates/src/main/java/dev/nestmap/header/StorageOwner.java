/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapKind;
import java.util.Locale;
import java.util.Optional;

/** What the entries of a storage belong to, and how programs say which. */
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

    /** Of the entries of such a map; empty where a key finds them. */
    static Optional<StorageOwner> of(MapKind kind) {
        return switch (kind) {
            case SK_STORAGE -> Optional.of(SK);
            case INODE_STORAGE -> Optional.of(INODE);
            case TASK_STORAGE -> Optional.of(TASK);
            case CGRP_STORAGE -> Optional.of(CGRP);
            default -> Optional.empty();
        };
    }

    /** What a parameter for it is called. */
    String noun() {
        return noun;
    }

    /** A parameter, of the type that {@code bpf/bpf_helpers.h} has it. */
    String declare(String name) {
        return pointer + name;
    }

    /** The beginning of the kernel's helpers for it, as {@code bpf_sk_storage}. */
    String helpers() {
        return "bpf_" + name().toLowerCase(Locale.ROOT) + "_storage";
    }
}
