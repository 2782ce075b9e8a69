package com.acme.net;

import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.codec.ValueBytes;
import java.lang.Override;
import java.lang.String;
import java.lang.SuppressWarnings;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;

/**
 * Converts {@link Endpoint} to and from the bytes of {@code struct endpoint}. Numbers after {@code at} are offsets in
 * it.
 */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class EndpointCodec implements Codec<Endpoint> {
    /** The only instance, for generated classes. */
    public static final EndpointCodec INSTANCE = new EndpointCodec();

    /** Changes with the layout in C, so that builds compile the users of these types again. */
    public static final String LAYOUT = "Lee178d4cc1ab6e";

    private EndpointCodec() {
    }

    @Override
    public int size() {
        return 12;
    }

    @Override
    public void write(Endpoint value, ByteBuffer to, int at) {
        ValueBytes.putInet4(to, at, value.address(), "Endpoint.address");
        Scalars.putBe16(to, at + 4, value.port(), "Endpoint.port");
        Scalars.putU32(to, at + 8, DirectionCodec.number(value.direction(), "Endpoint.direction"),
                "Endpoint.direction");
        Scalars.zero(to, at + 6, 2); // padding
    }

    @Override
    public Endpoint read(ByteBuffer from, int at) {
        return new Endpoint(ValueBytes.getInet4(from, at), (int) Scalars.getBe16(from, at + 4),
                DirectionCodec.constant(Scalars.getU32(from, at + 8)));
    }

    /** Reads the components of a {@link Endpoint} from its bytes: see {@link EntryView.Struct}. */
    public static final class View extends EntryView.Struct {
        /** Creates a view of a component. Generated code calls it. */
        public View(EntryView.Place place) {
            super(place);
        }

        /** Reads the component {@code address}. */
        public Inet4Address address() {
            return ValueBytes.getInet4(bytes("Endpoint.address"), value(0));
        }

        /** Reads the component {@code port}. */
        public int port() {
            return (int) Scalars.getBe16(bytes("Endpoint.port"), value(4));
        }

        /** Reads the component {@code direction}. */
        public Direction direction() {
            return DirectionCodec.constant(Scalars.getU32(bytes("Endpoint.direction"), value(8)));
        }
    }
}
