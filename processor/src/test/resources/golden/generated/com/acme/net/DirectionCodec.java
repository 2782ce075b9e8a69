package com.acme.net;

import dev.nestmap.runtime.codec.Scalars;
import java.lang.String;
import java.lang.SuppressWarnings;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;

/** Converts constants of {@link Direction} to and from the numbers of {@code enum flow_direction}. */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class DirectionCodec {
    private static final Direction[] CONSTANTS = Direction.values();

    /** Changes with the layout in C, so that builds compile the users of these types again. */
    public static final String LAYOUT = "Ld60807f891b4bf";

    private DirectionCodec() {
    }

    /**
     * Returns the number of a constant.
     *
     * @param component the component that holds the constant, for error messages
     */
    public static long number(Direction constant, String component) {
        return switch (Scalars.present(constant, component)) {
            case IN -> 1L;
            case OUT -> 2L;
        };
    }

    /** Returns the constant with this number. */
    public static Direction constant(long number) {
        for (Direction constant : CONSTANTS) {
            if (number(constant, constant.name()) == number) {
                return constant;
            }
        }
        throw Scalars.unknownConstant(Direction.class, number);
    }
}
