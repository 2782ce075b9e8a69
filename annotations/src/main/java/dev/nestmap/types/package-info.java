/* SPDX-License-Identifier: Apache-2.0 */
/** Immutable types for values without a suitable JDK type. They are compared by content, so they can be part of keys. */
package dev.nestmap.types;
