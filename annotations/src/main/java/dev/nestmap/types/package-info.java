/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Immutable types for values that Java has no suitable type for. They are compared by content, so that they can be part of
 * keys.
 */
package dev.nestmap.types;
