/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

/**
 * A program of an object.
 *
 * @param name name of its function
 * @param section its ELF section, which determines how it is attached: {@code xdp}, {@code tp_btf/sched_switch}
 */
public record ProgramEntry(String name, String section) {}
