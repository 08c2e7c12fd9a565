"""Models behind Label Studio's ML-backend protocol: asked for predictions, told of annotations, never trusted."""
