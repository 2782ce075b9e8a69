/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static java.util.Objects.requireNonNull;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RequestMaps;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The functions of a header, with their parameters. */
final class Helpers {
    private static final String INLINE = "static __always_inline ";

    private final Schema schema;
    private final Parameters parameters;

    Helpers(Schema schema) {
        this.schema = schema;
        this.parameters = new Parameters(schema);
    }

    /** The helpers of single maps: those of outer maps first, those of plain ones last. */
    List<Header.Function> functions() {
        return Stream.of(MapRole.OUTER, MapRole.INNER, MapRole.PLAIN)
                .flatMap(role -> schema.maps().stream().filter(map -> map.role() == role))
                .filter(map -> HeaderNames.hasHelpers(map) && HeaderNames.isDefinedIn(schema, map))
                .flatMap(map -> HelperOperation.of(map).stream().map(operation -> function(map, operation)))
                .toList();
    }

    /** The helpers through both levels. */
    List<Header.Fused> fused() {
        return schema.maps().stream()
                .filter(HeaderNames::isOuter)
                .flatMap(outer -> fused(outer, schema.handleOf(outer)))
                .toList();
    }

    /** The helpers of outer maps whose inner maps are made on demand. */
    List<Header.Request> requests() {
        return schema.maps().stream()
                .filter(HeaderNames::isOuter)
                .flatMap(outer -> RequestMaps.in(schema, outer).map(requests -> request(outer, requests)).stream())
                .toList();
    }

    private Header.Request request(MapDef outer, RequestMaps requests) {
        String key = parameters.key(outer);
        List<String> parameter = List.of(Passing.parameter(key(outer), key));
        List<String> argument = List.of(key);
        boolean bounded = outer.kind().keyRule() == MapKind.KeyRule.INDEX && outer.maxEntries() != 0;
        return new Header.Request(
                Columns.function(INLINE + "void", HeaderNames.request(outer), parameter),
                Passing.address(key(outer), key),
                bounded ? key + " >= " + outer.maxEntries() : null,
                "&" + requests.noted().name(),
                "&" + requests.unnoted().name(),
                parameters.local("missed"),
                parameters.local("first"),
                parameters.local("all"),
                Columns.function(INLINE + found(outer), HeaderNames.lookupOrRequest(outer), parameter),
                schema.handleOf(outer).name(),
                parameters.handle(schema.handleOf(outer)),
                call(HeaderNames.helper(outer, HelperOperation.LOOKUP), argument),
                call(HeaderNames.request(outer), argument));
    }

    private Stream<Header.Fused> fused(MapDef outer, MapDef inner) {
        String outerLookup = HeaderNames.helper(outer, HelperOperation.LOOKUP);
        Stream<Header.Fused> plain = HelperOperation.fused(inner).stream()
                .map(operation ->
                        fused(outer, inner, operation, HeaderNames.fused(outer, inner, operation), outerLookup));
        Stream<Header.Fused> onDemand = HelperOperation.fused(inner).stream()
                .filter(operation -> operation == HelperOperation.LOOKUP
                        && RequestMaps.in(schema, outer).isPresent())
                .map(operation -> fused(
                        outer,
                        inner,
                        operation,
                        HeaderNames.fusedLookupOrRequest(outer, inner),
                        HeaderNames.lookupOrRequest(outer)));
        return Stream.concat(plain, onDemand);
    }

    private Header.Function function(MapDef map, HelperOperation operation) {
        return new Header.Function(
                head(map, operation), HelperBody.of(operation, map.kind()).lines(words(map, operation)));
    }

    /** What the words in a helper's body stand for. */
    private Map<String, String> words(MapDef map, HelperOperation operation) {
        boolean keyed = map.key() != null;
        return Map.ofEntries(
                Map.entry("map", map.role() == MapRole.INNER ? parameters.handle(map) : "&" + map.name()),
                Map.entry("key", keyed ? keyAddress(map) : ""),
                Map.entry("index", keyed ? parameters.key(map) : ""),
                Map.entry("value", value(map, operation)),
                Map.entry("found", parameters.value()),
                Map.entry("pointer", operation.finds() ? found(map) : ""),
                Map.entry("flags", parameters.flags()),
                Map.entry("context", parameters.context()),
                Map.entry("callback", parameters.callback()),
                Map.entry("record", parameters.record()),
                Map.entry("recordSize", recordSize(map)),
                Map.entry("cpu", parameters.cpu()),
                Map.entry("data", parameters.data()),
                Map.entry("size", parameters.size()),
                Map.entry("socket", parameters.socket()));
    }

    private static String recordSize(MapDef map) {
        return map.isStream() ? "sizeof(" + requireNonNull(map.value()).spelling() + ")" : "";
    }

    private String keyAddress(MapDef map) {
        String name = parameters.key(map);
        return StorageOwner.of(map.kind()).isPresent() ? name : Passing.address(key(map), name);
    }

    private String keyParameter(MapDef map) {
        String name = parameters.key(map);
        return StorageOwner.of(map.kind())
                .map(owner -> owner.declare(name))
                .orElseGet(() -> Passing.parameter(key(map), name));
    }

    /** The address of what is written or copied out. */
    private String value(MapDef map, HelperOperation operation) {
        if (map.value() == null) {
            return "";
        }
        String name = written(operation);
        return operation.copiesOut() || operation.ends() ? name : Passing.address(map.value(), name);
    }

    private String written(HelperOperation operation) {
        return operation == HelperOperation.LOOKUP_OR_INIT ? parameters.init() : parameters.value();
    }

    private String head(MapDef map, HelperOperation operation) {
        List<String> list = new ArrayList<>();
        if (map.role() == MapRole.INNER && operation.isOfMap()) {
            list.add("struct " + map.name() + " *" + parameters.handle(map));
        }
        further(map, operation).forEach(parameter -> list.add(parameter.declaration()));
        return Columns.function(INLINE + result(map, operation), HeaderNames.helper(map, operation), list);
    }

    /** A parameter as it is declared, and its name alone. */
    private record Parameter(String declaration, String name) {}

    /** What a helper takes besides the map. */
    private List<Parameter> further(MapDef map, HelperOperation operation) {
        List<Parameter> list = new ArrayList<>();
        if (!operation.context().isEmpty()) {
            list.add(new Parameter(operation.context() + parameters.context(), parameters.context()));
        }
        if (operation.isKeyed()) {
            list.add(new Parameter(keyParameter(map), parameters.key(map)));
        }
        String value = written(operation);
        if (operation.writes()) {
            list.add(new Parameter(Passing.parameter(requireNonNull(map.value()), value), value));
        }
        if (operation.copiesOut() || operation.ends()) {
            list.add(new Parameter(Passing.target(requireNonNull(map.value()), value), value));
        }
        list.addAll(ofOperation(map, operation));
        if (operation.hasFlags()) {
            list.add(new Parameter("__u64 " + parameters.flags(), parameters.flags()));
        }
        return list;
    }

    /** What one operation takes and no other. */
    private List<Parameter> ofOperation(MapDef map, HelperOperation operation) {
        String callback = parameters.callback();
        Parameter context = new Parameter("void *" + parameters.context(), parameters.context());
        return switch (operation) {
            case READ -> List.of(new Parameter("struct bpf_dynptr *" + parameters.record(), parameters.record()));
            case DRAIN ->
                List.of(new Parameter("long (*" + callback + ")(struct bpf_dynptr *, void *)", callback), context);
            case FOR_EACH -> List.of(new Parameter(forEach(map, callback), callback), context);
            case UPDATE_SOCKET -> List.of(new Parameter("void *" + parameters.socket(), parameters.socket()));
            case LOOKUP_PERCPU -> List.of(new Parameter("__u32 " + parameters.cpu(), parameters.cpu()));
            case PERF_OUTPUT ->
                List.of(
                        new Parameter("const void *" + parameters.data(), parameters.data()),
                        new Parameter("__u64 " + parameters.size(), parameters.size()));
            case PERF_READ ->
                List.of(new Parameter("struct bpf_perf_event_value *" + parameters.value(), parameters.value()));
            default -> List.of();
        };
    }

    /** A callback that gets each entry with the map, and ends the walk by giving 1. */
    private String forEach(MapDef map, String callback) {
        String handle = map.role() == MapRole.INNER ? "struct " + map.name() + " *" : "void *";
        return "long (*" + callback + ")(" + handle + ", const " + Passing.pointer(key(map)) + ", " + found(map)
                + ", void *)";
    }

    private String result(MapDef map, HelperOperation operation) {
        if (operation.givesNothing()) {
            return "void";
        }
        return operation.finds() ? found(map) : "long";
    }

    private Header.Fused fused(MapDef outer, MapDef inner, HelperOperation operation, String name, String outerLookup) {
        String outerKey = parameters.outerKey(outer);
        String handle = parameters.handle(inner);
        List<String> head = new ArrayList<>(List.of(Passing.parameter(key(outer), outerKey)));
        List<String> arguments = new ArrayList<>(List.of(handle));
        for (Parameter parameter : further(inner, operation)) {
            head.add(parameter.declaration());
            arguments.add(parameter.name());
        }
        return new Header.Fused(
                Columns.function(INLINE + result(inner, operation), name, head),
                inner.name(),
                handle,
                call(outerLookup, List.of(outerKey)),
                call(HeaderNames.helper(inner, operation), arguments),
                operation.absent(parameters.flags()));
    }

    /** The pointer that a look-up in a map gives. */
    private String found(MapDef map) {
        return switch (map.kind()) {
            case HASH_OF_MAPS, ARRAY_OF_MAPS -> "struct " + schema.handleOf(map).name() + " *";
            // The program's own from then on: it has to bpf_sk_release it.
            case SOCKMAP, SOCKHASH -> "struct bpf_sock *";
            case XSKMAP -> "const struct bpf_xdp_sock *";
            default -> (map.isReadOnlyToPrograms() ? "const " : "") + Passing.pointer(requireNonNull(map.value()));
        };
    }

    private static CType key(MapDef map) {
        return requireNonNull(map.key(), () -> "no key: " + map.name());
    }

    private static String call(String function, List<String> arguments) {
        return function + "(" + String.join(", ", arguments) + ")";
    }
}
