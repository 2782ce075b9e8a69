/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

/**
 * A program that an object holds.
 *
 * @param name its function's name
 * @param section the ELF section that it lies in, which says how it is attached: {@code xdp}, {@code tp_btf/sched_switch}
 */
public record ProgramEntry(String name, String section) {}
