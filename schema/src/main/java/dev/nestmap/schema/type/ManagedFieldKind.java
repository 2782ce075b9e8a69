/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/** Fields that the kernel manages, grouped by the map types that accept them ({@code map_check_btf} in kernel/bpf/syscall.c). */
public enum ManagedFieldKind {
    /** {@code bpf_spin_lock}. */
    LOCK,
    /** {@code bpf_timer}, {@code bpf_wq}, {@code bpf_task_work} and every other struct of {@link ManagedFieldType}. */
    CALLBACK,
    /** A pointer to an object of the kernel, or to an object that a program allocated: {@code __kptr} and its variants. */
    KPTR,
    /** A {@link ListOrTreeRoot}: {@code bpf_list_head} or {@code bpf_rb_root} with its element type. */
    GRAPH_ROOT;

    /** The group of a managed field's type. */
    public static ManagedFieldKind of(CType type) {
        if (type instanceof ListOrTreeRoot) {
            return GRAPH_ROOT;
        }
        if (type instanceof ManagedFieldType) {
            return type == ManagedFieldType.SPIN_LOCK ? LOCK : CALLBACK;
        }
        return KPTR;
    }
}
