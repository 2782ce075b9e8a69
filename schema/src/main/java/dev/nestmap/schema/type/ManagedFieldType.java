/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.Arrays;
import java.util.Optional;

/**
 * Types of fields that the kernel manages in the values of a map. Programs use them through helpers; user space reads zeros,
 * and the kernel ignores what user space writes.
 *
 * <p>The kernel finds such a field by the tag of its struct ({@code btf_find_field} in {@code kernel/bpf/btf.c}). Sizes and alignments come
 * from {@code linux/bpf.h}.
 */
public enum ManagedFieldType implements CType {
    /** A lock for the rest of the value. */
    SPIN_LOCK("bpf_spin_lock", 4, 4),
    /** A timer that runs a callback of a program. */
    TIMER("bpf_timer", 16, 8),
    /** A work item: a callback that may sleep. No record can declare it. */
    WORK_QUEUE("bpf_wq", 16, 8),
    /** A callback that runs in the context of a task. No record can declare it. */
    TASK_WORK("bpf_task_work", 8, 8),
    /** The head of a linked list. No record can declare it. */
    LIST_HEAD("bpf_list_head", 16, 8),
    /** The root of a red-black tree. No record can declare it. */
    RB_ROOT("bpf_rb_root", 16, 8);

    private final String tag;
    private final int size;
    private final int alignment;

    ManagedFieldType(String tag, int size, int alignment) {
        this.tag = tag;
        this.size = size;
        this.alignment = alignment;
    }

    /** The type whose struct has this tag. */
    public static Optional<ManagedFieldType> ofTag(String tag) {
        return Arrays.stream(values()).filter(type -> type.tag.equals(tag)).findFirst();
    }

    /** The tag of its struct. */
    public String tag() {
        return tag;
    }

    @Override
    public boolean isManaged() {
        return true;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int alignment() {
        return alignment;
    }

    @Override
    public String spelling() {
        return "struct " + tag;
    }
}
