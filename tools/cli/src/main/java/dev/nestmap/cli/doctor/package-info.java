/* SPDX-License-Identifier: Apache-2.0 */
/** The command {@code nestmap doctor}. */
@NullMarked
package dev.nestmap.cli.doctor;

import org.jspecify.annotations.NullMarked;
