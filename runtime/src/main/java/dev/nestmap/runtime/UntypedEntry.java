/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.types.ByteString;

/**
 * An entry of a map as bytes, in the machine's byte order.
 *
 * @param key the bytes of the key; no bytes if the map has no keys
 * @param value the bytes of the value. For a per-CPU map the values of all possible CPUs, each at a multiple of 8 bytes. For a map of
 *     maps the id of the inner map, in 4 bytes
 */
public record UntypedEntry(ByteString key, ByteString value) {}
