/* SPDX-License-Identifier: Apache-2.0 */
/** A service that is killed and upgraded under traffic. {@link dev.nestmap.examples.rollingupgrade.RollingUpgrade} runs it. */
@NullMarked
package dev.nestmap.examples.rollingupgrade;

import org.jspecify.annotations.NullMarked;
