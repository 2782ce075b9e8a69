/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the types in BTF that a user names. */
record NamedTypeFinder(@Nullable Btf btf, @Nullable BtfTypeReader types) {
    private static final Pattern KEYWORD = Pattern.compile("^(struct|union|enum)\\s+");

    private static final Pattern ARRAY = Pattern.compile("(\\w+)\\[([1-9]\\d{0,8})]");

    /** The meaning of a name that several types have. A tag precedes a typedef, which often has the same name. */
    private static final List<BtfKind> ORDER =
            List.of(BtfKind.STRUCT, BtfKind.UNION, BtfKind.ENUM, BtfKind.ENUM64, BtfKind.TYPEDEF, BtfKind.INT);

    Optional<CType> find(String name) {
        String tag = KEYWORD.matcher(name.strip()).replaceFirst("");
        Optional<CType> number = number(tag);
        if (number.isPresent() || btf == null || types == null) {
            return number;
        }
        return ORDER.stream()
                .flatMap(kind ->
                        btf.types(kind).filter(type -> type.name().equals(tag)).limit(1))
                .findFirst()
                .map(type -> types.read(type.id()));
    }

    /** The number type with this name in C, or an array of one: {@code __u8[16]}. */
    static Optional<CType> number(String name) {
        Matcher array = ARRAY.matcher(name);
        if (array.matches()) {
            return Scalar.spelled(array.group(1))
                    .map(element -> new ArrayType(element, Long.parseLong(array.group(2))));
        }
        return Scalar.spelled(name).map(CType.class::cast);
    }
}
