/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfType;
import dev.nestmap.types.Ipv6Prefix;

/** A struct of another header than the one that uses it, with types that both have. */
@BpfType
record SharedNetwork(Ipv6Prefix prefix, int zone) {}
