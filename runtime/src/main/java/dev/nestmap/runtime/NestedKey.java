/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/**
 * The key of an entry of an inner map: where the inner map is, and the key of the entry in it.
 *
 * @param outer key of the inner map in the outer map
 * @param inner key of the entry in the inner map
 * @param <K> type of the outer map's keys
 * @param <I> type of the inner maps' keys
 */
public record NestedKey<K, I>(K outer, I inner) {}
