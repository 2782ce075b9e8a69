/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.Arrays;
import java.util.Optional;

/**
 * The types of fields that the kernel manages inside of a map's values. Programs use them through helpers; user space reads
 * zeros for them, and what it writes there is ignored.
 *
 * <p>The kernel knows such a field by the tag of its struct ({@code btf_find_field} in {@code kernel/bpf/btf.c}), and where
 * it must be. Sizes and alignments are those of {@code linux/bpf.h}.
 */
public enum KernelType implements CType {
    /** A lock around the rest of the value. */
    SPIN_LOCK("bpf_spin_lock", 4, 4, 501),
    /** A timer that runs a callback of a program. */
    TIMER("bpf_timer", 16, 8, 515),
    /** A work item: a callback that may sleep. */
    WORK_QUEUE("bpf_wq", 16, 8, 610),
    /** A callback that runs in the context of a task. */
    TASK_WORK("bpf_task_work", 8, 8, 618),
    /** The head of a linked list; where it is known of what, a {@link GraphRoot}. */
    LIST_HEAD("bpf_list_head", 16, 8, 602),
    /** What makes an object an element of a linked list. */
    LIST_NODE("bpf_list_node", 24, 8, 602),
    /** The root of a red-black tree; where it is known of what, a {@link GraphRoot}. */
    RB_ROOT("bpf_rb_root", 16, 8, 603),
    /** What makes an object an element of a red-black tree. */
    RB_NODE("bpf_rb_node", 32, 8, 603),
    /** A reference count. */
    REFCOUNT("bpf_refcount", 4, 4, 604);

    private final String tag;
    private final int size;
    private final int alignment;
    private final int since;

    KernelType(String tag, int size, int alignment, int since) {
        this.since = since;
        this.tag = tag;
        this.size = size;
        this.alignment = alignment;
    }

    /** The type whose struct has this tag. */
    public static Optional<KernelType> ofTag(String tag) {
        return Arrays.stream(values()).filter(type -> type.tag.equals(tag)).findFirst();
    }

    /** The tag of its struct. */
    public String tag() {
        return tag;
    }

    /** The major number of the Linux whose {@code linux/bpf.h} has it first. */
    public int sinceMajor() {
        return since / 100;
    }

    /** The minor number of the Linux whose {@code linux/bpf.h} has it first. */
    public int sinceMinor() {
        return since % 100;
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
