/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/**
 * Bytes of a struct that no field covers. In headers they are fields of their own, so that C can't leave them
 * uninitialised unnoticed: the kernel compares and hashes the whole bytes of a key.
 *
 * @param name the name that they have in a header
 * @param offset bytes from the start of the struct
 * @param size how many bytes
 */
public record Pad(String name, long offset, long size) {}
