package com.acme.net;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.codec.WireValues;
import java.lang.Override;
import java.nio.ByteBuffer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;

/**
 * Writes and reads {@code struct endpoint} as {@link Endpoint}.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class EndpointCodec implements Codec<Endpoint> {
    /**
     * For generated code.
     */
    public static final EndpointCodec INSTANCE = new EndpointCodec();

    private EndpointCodec() {
    }

    @Override
    public int size() {
        return 12;
    }

    @Override
    public void write(Endpoint value, ByteBuffer to, int at) {
        WireValues.putInet4(to, at, value.address(), "Endpoint.address");
        Wire.putBe16(to, at + 4, value.port(), "Endpoint.port");
        Wire.putU32(to, at + 8, DirectionCodec.number(value.direction(), "Endpoint.direction"), "Endpoint.direction");
        Wire.zero(to, at + 6, 2);
    }

    @Override
    public Endpoint read(ByteBuffer from, int at) {
        return new Endpoint(WireValues.getInet4(from, at), (int) Wire.getBe16(from, at + 4),
                DirectionCodec.constant(Wire.getU32(from, at + 8)));
    }
}
