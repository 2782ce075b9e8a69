/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/** The time at which declared inner maps are put into the slots of their outer map. */
public enum SlotFillTime {
    /**
     * The object file has the slots ({@code .values} in C). libbpf fills them when the object is loaded, by Nestmap or by another loader.
     * Filling each slot takes about 10 ms.
     *
     * <p>The key must be a single number of 4 bytes in the byte order of the machine. Only one C file of an object can include the
     * header, because {@code bpftool gen object} drops the slots when it links several files.
     */
    IN_OBJECT,
    /** Nestmap fills all slots in one batch after the object is loaded. The key can be any number or compound of numbers. */
    AT_LOAD
}
