/* SPDX-License-Identifier: Apache-2.0 */
/** The command {@code nestmap tree}. */
@NullMarked
package dev.nestmap.cli.tree;

import org.jspecify.annotations.NullMarked;
