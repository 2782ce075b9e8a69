/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.VariablePlace;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A global variable of an object, or a field of a variable, with its BTF type. Converts Java values to its bytes.
 *
 * @param place its section and offset, and its name in C: {@code max_pps}, {@code config.max_pps}
 * @param type its type
 */
record GlobalField(VariablePlace place, CType type) {
    private static final String SEPARATOR = ".";

    /**
     * Finds a variable or a field of one.
     *
     * @param object name of the object, for messages
     * @param name the variable, followed by the names of fields: {@code config.limits.max_pps}
     * @throws BpfException if the object has no such variable; the message lists those that it has
     */
    static GlobalField of(Schema schema, Map<String, VariablePlace> places, String object, String name) {
        List<String> path = Arrays.asList(name.split("\\.", -1));
        VariablePlace place = Optional.ofNullable(places.get(path.get(0)))
                .orElseThrow(() -> missing(
                        name,
                        "object " + object,
                        "variable " + path.get(0),
                        places.keySet().stream().sorted().toList()));
        CType type = schema.global(path.get(0))
                .orElseThrow(() -> new IllegalArgumentException("no type of " + name))
                .type();
        GlobalField global = new GlobalField(place, type);
        for (String field : path.subList(1, path.size())) {
            global = global.field(object, field);
        }
        return global;
    }

    private GlobalField field(String object, String field) {
        List<Field> fields = fields(type);
        Field found = fields.stream()
                .filter(candidate -> candidate.name().equals(field))
                .findFirst()
                .orElseThrow(() -> missing(
                        name() + SEPARATOR + field,
                        name() + " of object " + object,
                        "field " + field,
                        fields.stream().map(Field::name).toList()));
        VariablePlace at =
                new VariablePlace(name() + SEPARATOR + field, place.section(), place.offset() + found.offset());
        return new GlobalField(at, found.type());
    }

    /** The fields that own bytes, including the fields of unnamed members. */
    private static List<Field> fields(CType type) {
        return type.fields().stream()
                .filter(field -> !field.isBitField())
                .flatMap(field -> field.name().isEmpty()
                        ? fields(field.type()).stream()
                                .map(inner -> new Field(inner.name(), inner.type(), field.offset() + inner.offset()))
                        : Stream.of(field))
                .toList();
    }

    private static BpfException missing(String name, String owner, String part, List<String> existing) {
        return BpfException.of(Reason.NOT_FOUND, "search for global variable " + name)
                .because(owner + " has no " + part
                        + (existing.isEmpty() ? ", and no other one either" : ", only " + String.join(", ", existing)));
    }

    /** Its name in C. */
    public String name() {
        return place.name();
    }

    /** Its size in bytes. */
    public int size() {
        return Math.toIntExact(type.size());
    }

    /**
     * The bytes of a number.
     *
     * @throws IllegalArgumentException if the variable is no number, or the number does not fit
     */
    public byte[] bytes(long value) {
        NumberField number = number().orElseThrow(() -> mismatch("the number " + value));
        byte[] bytes = new byte[size()];
        number.writeLong(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0, value);
        return bytes;
    }

    private Optional<NumberField> number() {
        return NumberField.of(new Field(name(), type, 0)).filter(NumberField::isLong);
    }

    /**
     * Checks the bytes of the whole variable.
     *
     * @throws IllegalArgumentException if their number is not its size
     */
    public byte[] bytes(byte[] value) {
        if (value.length != type.size()) {
            throw new IllegalArgumentException(
                    prefix() + "has " + CountText.of(type.size(), "byte") + ", the value has " + value.length);
        }
        return value.clone();
    }

    private IllegalArgumentException mismatch(String value) {
        return new IllegalArgumentException(prefix() + "can't be set to " + value + ": pass a "
                + (type instanceof Scalar || type instanceof EnumType
                        ? "number"
                        : "byte[] of " + CountText.of(type.size(), "byte"))
                + ", or set its fields one by one if it is a struct");
    }

    private String prefix() {
        return "global variable " + name() + " (" + type.spelling() + ") ";
    }
}
