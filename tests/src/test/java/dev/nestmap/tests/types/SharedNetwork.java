/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfType;
import dev.nestmap.types.Ipv6Prefix;

/** A struct in one header, used by another header. Both use the same types. */
@BpfType
record SharedNetwork(Ipv6Prefix prefix, int zone) {}
