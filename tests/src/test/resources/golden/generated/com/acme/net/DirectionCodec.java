package com.acme.net;

import dev.nestmap.runtime.codec.Wire;
import java.lang.String;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;

/**
 * The numbers that {@link Direction} has in {@code enum flow_direction}.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class DirectionCodec {
    private static final Direction[] CONSTANTS = Direction.values();

    private DirectionCodec() {
    }

    /**
     * The number of a constant.
     */
    public static long number(Direction constant, String component) {
        return switch (Wire.present(constant, component)) {
            case IN -> 1L;
            case OUT -> 2L;
        };
    }

    /**
     * The constant with this number.
     */
    public static Direction constant(long number) {
        for (Direction constant : CONSTANTS) {
            if (number(constant, "") == number) {
                return constant;
            }
        }
        throw Wire.unknownConstant(Direction.class, number);
    }
}
