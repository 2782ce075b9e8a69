/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/**
 * The key of an entry through both levels: the key of the inner map, and the key of the entry in this map.
 *
 * @param outer key of the inner map in the outer map
 * @param inner key of the entry in the inner map
 * @param <K> type of the outer map's keys
 * @param <I> type of the inner maps' keys
 */
public record NestedKey<K, I>(K outer, I inner) {}
