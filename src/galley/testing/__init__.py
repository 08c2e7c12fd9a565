"""The test kit, shipped: fakes, faults, strategies and the contract batteries for extensions.

`contract.check(kind, MyExtension, params, …)` runs the battery of any kind; each is also there by itself:

    extension_contract   what any extension promises: name, words, strict parameters that draw a form
    connector_contract   sources are listed and read the same twice, records that cannot be read are told
    operator_contract    every record gets one verdict, whatever the cut, order or hash seed
    label_contract       distance, merge and codecs of a label type obey their laws
    labeler_contract     answers fit the schema and depend on the question alone
    learner_contract     equal seeds give equal models, probabilities sum to 1
    aggregator_contract  no order matters, unanimity holds
    metric_contract      a value or the reason why not, in both languages, whatever the cut
    exporter_contract    what is written is complete, repeatable, and loads
    port_contract        blob and object stores keep what they were given
"""
