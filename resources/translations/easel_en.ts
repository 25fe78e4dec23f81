<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>DetailsSide</name>
    <message numerus="yes">
        <source>Show the {count} it was made from</source>
        <translation>
            <numerusform>Show the {count} picture it was made from</numerusform>
            <numerusform>Show the {count} pictures it was made from</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} made of it</source>
        <translation>
            <numerusform>Show the {count} picture made of it</numerusform>
            <numerusform>Show the {count} pictures made of it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are selected</source>
        <translation>
            <numerusform>{count} picture is selected</numerusform>
            <numerusform>{count} pictures are selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExtendWindow</name>
    <message numerus="yes">
        <source>{width} × {height} pixels, painted in {count} frames.</source>
        <translation>
            <numerusform>{width} × {height} pixels, painted in {count} frame.</numerusform>
            <numerusform>{width} × {height} pixels, painted in {count} frames.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message numerus="yes">
        <source>Discarded; bring {count} pictures back</source>
        <translation>
            <numerusform>Discarded; bring {count} picture back</numerusform>
            <numerusform>Discarded; bring {count} pictures back</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation>
            <numerusform>{count} picture</numerusform>
            <numerusform>{count} pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GalleryPage</name>
    <message numerus="yes">
        <source>Delete {count} for good?</source>
        <translation>
            <numerusform>Delete {count} picture for good?</numerusform>
            <numerusform>Delete {count} pictures for good?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message numerus="yes">
        <source>{size} in {count} files</source>
        <translation>
            <numerusform>{size} in {count} file</numerusform>
            <numerusform>{size} in {count} files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message numerus="yes">
        <source>{count} pictures are ready</source>
        <translation>
            <numerusform>{count} picture is ready</numerusform>
            <numerusform>{count} pictures are ready</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message numerus="yes">
        <source>{count} more to come</source>
        <translation>
            <numerusform>{count} more to come</numerusform>
            <numerusform>{count} more to come</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message numerus="yes">
        <source>Paused; {count} waiting</source>
        <translation>
            <numerusform>Paused; {count} waiting</numerusform>
            <numerusform>Paused; {count} waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} waiting</source>
        <translation>
            <numerusform>{count} waiting</numerusform>
            <numerusform>{count} waiting</numerusform>
        </translation>
    </message>
</context>
</TS>
