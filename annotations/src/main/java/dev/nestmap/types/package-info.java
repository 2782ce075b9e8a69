/* SPDX-License-Identifier: Apache-2.0 */
/** Values that C has and Java has no type for: immutable, and compared by what they are, so that they can be keys. */
package dev.nestmap.types;
