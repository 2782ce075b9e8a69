/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.ValueConversion;
import dev.nestmap.processor.reader.declaration.Imports;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.CommonTypes;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;
import dev.nestmap.types.MacAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.List;
import java.util.Optional;

/** Value types with exactly one form in C. */
record ValueReader(Imports imports, WidthCheck widths) implements ComponentReader {
    private static final List<Row> ROWS = List.of(
            new Row(Inet4Address.class, Scalar.BE32, "Inet4"),
            new Row(Inet6Address.class, CommonTypes.IN6_ADDR, "Inet6"),
            new Row(MacAddress.class, new ArrayType(Scalar.U8, MacAddress.SIZE), "Mac"),
            new Row(Ipv4Prefix.class, CommonTypes.IPV4_PREFIX, "Ipv4Prefix"),
            new Row(Ipv6Prefix.class, CommonTypes.IPV6_PREFIX, "Ipv6Prefix"));

    /**
     * A value type.
     *
     * @param javaType its class
     * @param type its C type
     * @param name its name in the runtime's methods
     */
    private record Row(Class<?> javaType, CType type, String name) {}

    @Override
    public boolean reads(Component component) {
        return row(component).isPresent();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        return row(component).map(row -> {
            String name = row.javaType().getSimpleName();
            widths.reject(component, name + " is " + row.type().spelling(), name + " without an annotation");
            if (row.type() instanceof NamedType type) {
                imports.takeCommon(type);
            }
            return new ValueConversion(row.type(), row.javaType(), row.name());
        });
    }

    private static Optional<Row> row(Component component) {
        return ROWS.stream().filter(row -> component.is(row.javaType())).findFirst();
    }
}
