/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.fuzz;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reduces a schema that fails to a smaller one that still fails. */
final class SchemaReducer {
    private SchemaReducer() {}

    static Schema of(Schema failing, Predicate<Schema> fails) {
        Schema smallest = failing;
        Optional<Schema> smaller = Optional.of(failing);
        while (smaller.isPresent()) {
            smallest = smaller.get();
            smaller = candidates(smallest)
                    .filter(SchemaReducer::isWhole)
                    .filter(fails)
                    .findFirst();
        }
        return smallest;
    }

    private static Stream<Schema> candidates(Schema schema) {
        Stream<Schema> withoutMaps = schema.maps().isEmpty()
                ? Stream.empty()
                : Stream.of(new Schema("", schema.header(), List.of(), schema.types(), List.of()));
        Stream<Schema> lessTypes = IntStream.range(0, schema.types().size())
                .boxed()
                .flatMap(i -> Stream.concat(
                        Stream.of(replaced(schema, i, Optional.empty())),
                        smaller(schema.types().get(i)).map(type -> replaced(schema, i, Optional.of(type)))));
        return Stream.concat(withoutMaps, lessTypes);
    }

    private static Schema replaced(Schema schema, int index, Optional<NamedType> type) {
        List<NamedType> types = new ArrayList<>(schema.types());
        types.remove(index);
        type.ifPresent(smaller -> types.add(index, smaller));
        return new Schema("", schema.header(), List.of(), types, schema.maps());
    }

    /** Variants of a type, each without one of its members. */
    private static Stream<NamedType> smaller(NamedType type) {
        if (type instanceof StructType struct) {
            return fewer(struct.fields()).map(members -> StructType.of(struct.name(), members, struct.shape()));
        }
        if (type instanceof UnionType union) {
            return fewer(union.fields()).map(members -> UnionType.of(union.name(), members, union.shape()));
        }
        return Stream.empty();
    }

    private static Stream<List<StructType.Member>> fewer(List<Field> fields) {
        return fields.size() < 2
                ? Stream.empty()
                : IntStream.range(0, fields.size())
                        .mapToObj(left -> IntStream.range(0, fields.size())
                                .filter(i -> i != left)
                                .mapToObj(fields::get)
                                .map(field -> new StructType.Member(field.name(), field.type(), field.bits(), 1, 0))
                                .toList());
    }

    /** Whether the schema contains every type that it uses. */
    private static boolean isWhole(Schema schema) {
        try {
            SchemaText.print(schema);
            return true;
        } catch (IllegalArgumentException notWhole) {
            return false;
        }
    }
}
