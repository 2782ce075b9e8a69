/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Annotations for fields of a map's value that the kernel manages, such as locks and timers. The fields are in the C struct and its layout,
 * but they are not components of the record.
 */
package dev.nestmap.annotations.kernel;
