/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/**
 * A slot that libbpf fills when it loads an object: with an inner map of an outer map, or with a program of a PROG_ARRAY ({@code .values} in
 * C).
 *
 * @param index the key
 * @param target name of the map or program in the slot
 */
public record InitialSlot(long index, String target) {}
