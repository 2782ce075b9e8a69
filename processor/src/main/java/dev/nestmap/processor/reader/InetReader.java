/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import dev.nestmap.processor.binding.Conversion;
import dev.nestmap.processor.binding.ValueConversion;
import dev.nestmap.schema.Scalar;
import java.net.Inet4Address;
import java.util.Optional;

/** {@link Inet4Address}: {@code __be32}. */
record InetReader(WidthCheck widths) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return component.is(Inet4Address.class);
    }

    @Override
    public Optional<Conversion> read(Component component) {
        widths.none(component, "an IPv4 address is __be32", "Inet4Address without an annotation");
        return Optional.of(new ValueConversion(Scalar.BE32, Inet4Address.class, "Inet4"));
    }
}
