/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/** Who puts declared inner maps into the slots of their outer map. */
public enum SlotFill {
    /**
     * The object says it ({@code .values} in C), and libbpf does it at load, slot by slot, with a wait of about 10 ms each. It
     * takes a key of 4 bytes in the machine's own byte order. Other loaders do it too. The header then serves one C file: what
     * it declares can't be linked.
     */
    IN_OBJECT,
    /** Nestmap does it at load, all slots in one batch. It takes any key of numbers. */
    AT_LOAD
}
