import dev.nestmap.types.Untagged;

    @Union
    sealed interface Far permits Elsewhere {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Untagged<Far> far) {}
