/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

/**
 * A change to the initial content of a section of global variables. The other bytes of the section keep what the object file has.
 *
 * @param section name of the section
 * @param offset offset of the first byte in the section
 * @param bytes the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SectionWrite(String section, long offset, byte[] bytes) {}
