/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/** How much of a map was compared with its record when a handle to the map was created. */
public enum Compared {
    /** All that the record declares: type, sizes, flags, and the place, size and sign of each field. */
    LAYOUT,
    /**
     * Type, sizes and flags. Whoever created the map may have meant other fields. Nestmap knows no more if the map was created without BTF
     * (by BCC, by {@code bpftool map create}, or from a section {@code maps}), if the process lacks CAP_SYS_ADMIN to read its BTF, if the
     * object states only {@code key_size} and {@code value_size}, or if no BTF says what a ring buffer contains.
     */
    SIZES,
    /**
     * Only the outer map itself. It is empty, and the kernel reports nothing about the inner maps that it accepts to a process without
     * CAP_BPF and CAP_PERFMON. {@code create} fails if the record declares other inner maps.
     */
    OUTER_MAP,
    /** Nothing, because the map has no record. */
    NOTHING;

    /**
     * Returns the one that says less about a map.
     *
     * @param other what another comparison of the map covered
     * @return this or the other
     */
    public Compared lesser(Compared other) {
        return compareTo(other) < 0 ? other : this;
    }
}
